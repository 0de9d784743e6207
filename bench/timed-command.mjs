// `node timed-command.mjs FILE WORDS…` runs `lockgraph WORDS…` in this process, from the built command-line.js that FILE is, and prints what it took
// as JSON: seconds without the start of Node, and the most memory that the process ever had.
const [, , file, ...words] = process.argv;
const { runCommandLine } = await import(file);
const ignored = { write: () => {} };
const started = performance.now();
const code = await runCommandLine(words, {
  stdin: process.stdin,
  stdout: ignored,
  stderr: process.stderr,
  environment: process.env,
  directory: process.cwd(),
});
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ code, seconds, mebibytes: process.resourceUsage().maxRSS / 1024 }));
