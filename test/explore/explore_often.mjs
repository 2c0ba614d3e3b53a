// Runs `framelab explore` once for every list of arguments that it is sent, in one process: what a start of Node.js
// costs would be most of it. Sends back the exit code and what was printed.
import { callProgram } from '#src/cli/program.js';

process.on('message', async (argv) => {
  const printed = { out: '', err: '' };
  const take = (to) => (chunk) => {
    printed[to] += chunk;
    return true;
  };
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  stdout.write = take('out');
  stderr.write = take('err');
  try {
    const code = await callProgram(['explore', ...argv]);
    // What is for people goes to the one where JSON goes to the other.
    process.send({ code, text: printed.out || printed.err });
  } catch (error) {
    process.send({ code: 'thrown', text: String(error?.stack) });
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
});
