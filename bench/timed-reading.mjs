// `node timed-reading.mjs FOLDER TRACE`: reads a trace with the lockgraph that is built in FOLDER, and does nothing with its events. Prints seconds
// and the most memory, as JSON.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, trace] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(folder, 'dist/trace', file)).href);
const [{ readTrace, traceFile }, { Registry }] = await Promise.all([load('open.js'), load('registry.js')]);

const started = performance.now();
let events = 0;
const sink = {
  event() {
    events++;
  },
  note() {
    events++;
  },
  end() {},
};
await readTrace(traceFile(trace), sink, new Registry());
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, mebibytes: process.resourceUsage().maxRSS / 1024, events }));
