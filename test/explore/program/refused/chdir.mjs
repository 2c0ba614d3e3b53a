process.chdir('/');
