import { serveJob } from '../src/explore/job/process/serve_job.ts';

/** One process of an exploration by several jobs. */
serveJob();
