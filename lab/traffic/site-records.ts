/** The agent's records of what was said at a site: a capture of every device, and what each round's tries showed. */
import { decodeEthernet } from "../capture/ethernet.ts";
import { decodeInternet, type InternetHeader } from "../capture/internet.ts";
import { PcapngWriter } from "../capture/pcapng-writer.ts";
import type { Try } from "../model/try.ts";
import type { SiteTalk } from "../topology/site-talk.ts";
import { writeRecord } from "./capture-file.ts";
import { frameId } from "./frame.ts";
import type { StreamRecord, TalkRecording } from "./records.ts";
import { siteFenceIds } from "./site-lines.ts";
import { devicesOf, type SitePlan, talkKey } from "./site-plan.ts";

export interface SiteFrame {
  readonly device: string;
  /** Its number in the capture. */
  readonly frame: number;
  readonly outgoing: boolean;
  /** Link-layer addresses. */
  readonly source: string;
  readonly destination: string;
  readonly header: InternetHeader;
}

interface Word {
  readonly id: number;
  readonly word: string;
  readonly errno: number;
  readonly device: string | undefined;
}

/** All that was seen of one try of a round. */
export interface Stretch {
  readonly round: number;
  readonly attempt: number;
  readonly frames: SiteFrame[];
  readonly words: Word[];
  /** What a script said, `ID TRY TEXT`: the texts. */
  readonly said: string[];
  /** By device: the fences that arrived there. */
  readonly fences: Map<string, number[]>;
}

export interface ReadSite {
  /** The pcapng file's bytes. */
  readonly bytes: Buffer;
  readonly drops: number;
  readonly stretches: readonly Stretch[];
  /** By `talkKey`, the tries up to the one that was answered. */
  readonly tries: ReadonlyMap<string, readonly Try[]>;
}

export function readSite(plan: SitePlan, recording: TalkRecording, application: string): ReadSite {
  const pieces: Buffer[] = [];
  const writer = new PcapngWriter((piece) => pieces.push(piece), { application });
  const devices = devicesOf(plan.site);
  const indexes = devices.map(({ name, description }) => writer.addInterface({ name, description }));
  const stretches: Stretch[] = [];
  let frame = 0;
  for (const record of recording.stream) {
    const stretch = stretches.at(-1);
    const device = devices[record.interface - 1]?.name;
    if (record.kind === "text") openStretch(stretches, record.data.toString());
    else if (record.kind === "talk" && device === undefined) stretch?.said.push(textOf(record));
    else if (record.kind === "talk") stretch?.words.push(wordOf(record, device));
    else if (record.kind === "tap" && device !== undefined) {
      frame++;
      writeRecord(writer, indexes[record.interface - 1] as number, record);
      if (stretch) noteFrame(stretch, device, record, frame, plan.nonce);
    }
  }
  writer.end();
  const tries = new Map(plan.talks.map((talk, at) => [talkKey(talk), triesOf(plan, stretches, talk, at + 1)]));
  return { bytes: Buffer.concat(pieces), drops: recording.drops, stretches, tries };
}

/** What is changed again takes the place of what came of it before. */
function openStretch(stretches: Stretch[], mark: string): void {
  const [round, attempt] = (/^round (\d+) try (\d+)$/.exec(mark) ?? []).slice(1).map(Number);
  if (round === undefined || attempt === undefined) return;
  const before = attempt === 0 ? stretches.findIndex((stretch) => stretch.round === round) : -1;
  if (before >= 0) stretches.splice(before);
  stretches.push({ round, attempt, frames: [], words: [], said: [], fences: new Map() });
}

const textOf = ({ data }: StreamRecord): string => data.toString().split(" ").slice(2).join(" ");

/** `ID TRY WORD [ERRNO]`. */
function wordOf(record: StreamRecord, device: string | undefined): Word {
  const [id = "", , word = "", errno = "0"] = record.data.toString().split(" ");
  return { id: Number(id), word, errno: Number(errno), device };
}

function noteFrame(stretch: Stretch, device: string, record: StreamRecord, frame: number, nonce: number): void {
  const outgoing = record.packetType === "outgoing";
  const id = frameId(record.data, nonce);
  if (id !== undefined) {
    // Only those of this very try show that what was said in it could have come.
    const isOwn = siteFenceIds(stretch.round, stretch.attempt).includes(id);
    if (isOwn && !outgoing) stretch.fences.set(device, [...(stretch.fences.get(device) ?? []), frame]);
    return;
  }
  const [header, ethernet] = [decodeInternet(record.data), decodeEthernet(record.data)];
  if (!header || !ethernet) return;
  const { source, destination } = ethernet;
  stretch.frames.push({ device, frame, outgoing, source, destination, header });
}

/** Up to the first that was answered. A mark again is the same try again, in the other's place. */
function triesOf(plan: SitePlan, stretches: readonly Stretch[], talk: SiteTalk, id: number): Try[] {
  const round = plan.rounds.findIndex(({ talks }) => talks.includes(talk));
  const own = stretches.filter((stretch) => stretch.round === round && stretch.attempt > 0);
  const answered = own.findIndex(({ words }) => words.some((word) => word.id === id && word.word === "answered"));
  const counted = answered < 0 ? own : own.slice(0, answered + 1);
  const last = new Map(counted.map((stretch) => [stretch.attempt, stretch]));
  return [...last.values()].map((stretch) => tryOf(stretch, talk, id));
}

function tryOf({ frames, words, fences }: Stretch, talk: SiteTalk, id: number): Try {
  const own = words.filter((word) => word.id === id);
  const about = frames.filter(({ header }) => isAbout(header, talk));
  const leaving = about.filter(({ device, outgoing }) => outgoing && device === talk.from).map(({ header }) => header);
  const at = (devices: readonly string[]) => ({
    interface: devices[0] ?? "",
    frames: about.filter(({ device }) => devices.includes(device)).map(({ frame }) => frame),
    control: devices.every((device) => fences.has(device)) ? (fences.get(devices[0] ?? "") ?? []) : [],
  });
  return {
    sent: own.find(({ word }) => word === "sent")?.errno,
    asked: frames.some(({ device, outgoing, header }) => outgoing && device === talk.from && asks(header, talk)),
    left: leaving.some(({ says, destination }) => says === "packet" && destination === talk.destination),
    told: about.some(
      ({ header, outgoing }) => outgoing && header.says === "tells" && header.source === talk.destination,
    ),
    heard: own.some(({ word, device }) => word === "heard" && talk.to.includes(device ?? "")),
    answered: own.some(({ word }) => word === "answered"),
    source: at([talk.from]),
    destination: at(talk.to),
  };
}

const isAbout = ({ source, destination }: InternetHeader, talk: SiteTalk): boolean =>
  [source, destination].every((address) => [talk.source, talk.destination, talk.alias].includes(address));

/** For its next hop, whoever that is. */
const asks = ({ says, source }: InternetHeader, talk: SiteTalk): boolean => says === "asks" && source === talk.source;
