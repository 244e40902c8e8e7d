/** Text that cannot leave its line or act on whoever reads it, whatever a kernel, a tool or a file put into it. */

/** A half of a surrogate pair, which no encoding has, becomes U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD");
}

/** Control characters and what Unicode counts as line ends become spaces; halves of surrogate pairs U+FFFD. */
export function oneLine(text: string): string {
  return wellFormed(text)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim();
}

/** The first `length` characters, never half a surrogate pair; what is cut ends in `...`. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 3).replace(/[\uD800-\uDBFF]$/, "")}...`;
}
