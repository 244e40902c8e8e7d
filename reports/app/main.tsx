/** The program of `report.html`: reads the index out of its own file and shows what the URL's fragment asks for. */
import { render } from "preact";
import { App } from "./app.tsx";
import { readIndex } from "./data.ts";
import { Report } from "./report.ts";
import "./style/base.css";
import "./style/frame.css";
import "./style/overview.css";
import "./style/query.css";
import "./style/matrix.css";
import "./style/cell.css";
import "./style/others.css";
import "./style/media.css";

async function open(): Promise<void> {
  const root = document.getElementById("report") as HTMLElement;
  try {
    const report = new Report(await readIndex());
    document.title = `macvlab: ${report.index.runs.map(({ name }) => name).join(", ")}`;
    root.replaceChildren();
    render(<App report={report} />, root);
  } catch (error) {
    root.textContent = `This report cannot be opened: ${(error as Error).message}`;
  }
}

void open();
