// A lock that is right until a worker has taken it a hundred times, and then throws while it holds it.
import { spinWord } from '../../planted/spin_word.js';
