import { useState } from "preact/hooks";

/** Copies a command. Where the browser does not let a file from disk, the text is selected instead. */
export function CopyButton({ text }: { readonly text: string }) {
  const [word, setWord] = useState("copy");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setWord("copied");
    } catch {
      setWord("select it by hand");
    }
  };
  return (
    <button type="button" class="copy" onClick={copy}>
      {word}
    </button>
  );
}
