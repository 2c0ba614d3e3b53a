// Runs `framelab explore` once for every list of arguments that it is sent, in one process: what a start of Node.js
// costs would be most of it. Sends back the exit code and what was printed.
import { callProgram } from '#src/cli/program.js';

process.on('message', async (argv) => {
  let text = '';
  const take = (chunk) => {
    text += chunk;
    return true;
  };
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  stdout.write = take;
  stderr.write = take;
  try {
    const code = await callProgram(['explore', ...argv]);
    process.send({ code, text });
  } catch (error) {
    process.send({ code: 'thrown', text: String(error?.stack) });
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
});
