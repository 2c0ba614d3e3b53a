// What a program can ask its process for.
process.on('warning', ({ name, message }) => console.log(name, message));
process.emitWarning('careful', 'OwnWarning');
console.log(typeof process.pid, process.memoryUsage().rss > 0, process.memoryUsage.rss() > 0);
console.log(process.resourceUsage().maxRSS > 0, process.uptime() > 0, process.cpuUsage().user >= 0);
console.log(process.kill(process.pid, 0), process.stdout.fd, process.stdout.isTTY, process.stdout.columns);
console.log(await process.stdin.toArray());
process.title = 'of its own';
console.log(process.title);
