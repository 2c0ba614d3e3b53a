// One thread of an explored scenario. Loads nothing but the explorer's own worker side.
import { serve } from '../src/explore/scenario/agent.ts';

serve();
