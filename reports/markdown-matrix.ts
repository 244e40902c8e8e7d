/** The matrices in Markdown: the same folding as on a terminal, one table under the other, parties by their full names. */
import type { Results } from "../lab/model/results.ts";
import { type Chapter, foldChapters, type Section } from "./chapters.ts";
import type { KernelNames } from "./kernel-names.ts";
import { matrixLegend, stateText, titleOf } from "./legend.ts";
import { escapeText, markdownTable } from "./markdown-text.ts";
import type { Grid, Line } from "./matrix.ts";
import { isHost, modeKey, partyText } from "./party.ts";
import { trafficList } from "./traffic-text.ts";

export function matrixMarkdown(results: Results, kernels: KernelNames): string[] {
  if (results.cells.length === 0) return [];
  const chapters = foldChapters(results, kernels.ids);
  const { introduction, glyphs } = matrixLegend(results, chapters);
  const legend = glyphs.map(([sample, meaning]) => [escapeText(sample), escapeText(meaning)]);
  const several = new Set(chapters.map((chapter) => chapter.scenario)).size > 1;
  return [
    "## Who reaches whom",
    escapeText(introduction),
    markdownTable(["Cell", "Meaning"], legend).join("\n"),
    ...chapters.flatMap((chapter) => chapterParts(chapter, several, kernels)),
  ];
}

function chapterParts(chapter: Chapter, several: boolean, kernels: KernelNames): string[] {
  const [name, what] = titleOf(chapter, several, kernels);
  const heading = `### ${name[0]?.toUpperCase()}${name.slice(1)} ${escapeText(what)}`;
  return [heading, ...chapter.sections.flatMap((section) => sectionParts(chapter, section, kernels))];
}

function sectionParts(chapter: Chapter, section: Section, kernels: KernelNames): string[] {
  return section.blocks.flatMap((block) =>
    block.variants.flatMap((variant) => [
      `**${trafficList(section.traffic)}**, ${escapeText(stateText(chapter, block, variant, kernels))}`,
      gridTable(variant.grid).join("\n"),
    ]),
  );
}

function gridTable({ rows, columns, glyphs }: Grid): string[] {
  const row = (line: Line, place: number) => [`**${lineName(line)}**`, ...(glyphs[place] ?? []).map(escapeText)];
  return markdownTable(["from \\ to", ...columns.map(lineName)], rows.map(row));
}

function lineName({ party, bothKinds }: Line): string {
  return partyText(modeKey(party), bothKinds || isHost(party) ? undefined : party.kind);
}
