process.kill(process.pid, 'SIGTERM');
setTimeout(() => {}, 100);
