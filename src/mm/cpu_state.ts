/** The CPU never came up, detached, or was told to leave: its local data may be seized. */
export const CPU_OFFLINE = 0;
/** A thread runs it, and only that thread touches its local data. */
export const CPU_ONLINE = 1;
/** A thread owns it but waits: its local data may be seized until the thread comes back. */
export const CPU_PARKED = 2;
/** Its thread ended without detaching: what it held stays held. */
export const CPU_DEAD = 3;
/** Another CPU works on its local data. */
export const CPU_SEIZED = 4;
