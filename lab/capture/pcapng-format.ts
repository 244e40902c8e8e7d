/** The numbers of the pcapng file format (IETF draft-ietf-opsawg-pcapng) that reader and writer share. */

export const SECTION_HEADER = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const INTERFACE_STATISTICS = 5;
export const ENHANCED_PACKET = 6;
export const JOURNAL_ENTRY = 9;
/** Somebody's own contents, which a program that changes the file may or must not copy. */
export const CUSTOM_BLOCKS: readonly number[] = [0x0bad, 0x40000bad];

const BLOCK_NAMES = new Map([
  [SECTION_HEADER, "section header block"],
  [INTERFACE_DESCRIPTION, "interface description block"],
  [OBSOLETE_PACKET, "obsolete packet block"],
  [SIMPLE_PACKET, "simple packet block"],
  [4, "name resolution block"],
  [INTERFACE_STATISTICS, "interface statistics block"],
  [ENHANCED_PACKET, "enhanced packet block"],
  [JOURNAL_ENTRY, "journal entry block"],
  ...CUSTOM_BLOCKS.map((type) => [type, "custom block"] as const),
]);

export function blockName(type: number): string {
  return BLOCK_NAMES.get(type) ?? `block of type 0x${type.toString(16).padStart(8, "0")}`;
}

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Block type, length before and length after the body. */
export const BLOCK_OVERHEAD = 12;

/** Longest block believed, in bytes: what a damaged length can make the reader hold in memory. */
export const MAX_BLOCK_LENGTH = 16 * 1024 * 1024;

/** Option codes; the same number means different things in different blocks. */
export const OPTION = {
  end: 0,
  comment: 1,
  sectionHardware: 2,
  sectionOs: 3,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceDescription: 3,
  interfaceTimeResolution: 9,
  interfaceTimeOffset: 14,
  packetFlags: 2,
  packetDropCount: 4,
  statisticsReceived: 4,
  statisticsDropped: 5,
  statisticsDroppedBySystem: 7,
} as const;

/** Length of something padded to the 32-bit boundary every field begins at. */
export function padded(length: number): number {
  return (length + 3) & ~3;
}
