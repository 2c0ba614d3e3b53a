import { serveSlices } from '../src/campaign/pool/serve.ts';

/** One process of a campaign's local pool: its argument is the campaign's folder. */
serveSlices(process.argv[2]);
