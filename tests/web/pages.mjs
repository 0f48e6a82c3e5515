// Asks the display's own code for pages: reads cases as JSON, writes the codes of each page as JSON.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const { pageOf } = await import(pathToFileURL(process.argv[2]).href);
const { entries, codes, turns, current } = JSON.parse(readFileSync(0, "utf8"));
const pages = [];
for (let turn = 0; turn < turns; turn += 1) {
  const page = pageOf(entries, turn, codes, (call) => current.includes(call.ticket));
  const of = (list) => list.map((entry) => entry.ticket);
  pages.push({ calls: of(page.calls), waiting: of(page.waiting), number: page.number, pages: page.pages });
}
process.stdout.write(JSON.stringify(pages));
