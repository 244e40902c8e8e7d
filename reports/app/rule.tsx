/** What an expectation rests on: a sentence each, with the kernel's function it is about. */
import { sentencesOf } from "../../lab/compare/run.ts";

export function Rule({ rule }: { readonly rule: string }) {
  return (
    <ol class="rule">
      {sentencesOf(rule).map((sentence) => {
        const colon = sentence.indexOf(": ");
        return (
          <li>
            <code>{sentence.slice(0, Math.max(0, colon))}</code> {sentence.slice(colon < 0 ? 0 : colon + 2)}
          </li>
        );
      })}
    </ol>
  );
}
