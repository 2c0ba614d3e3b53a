import { defineFrameMeta } from '#src/mm/frame/frame_meta.js';

/** Typed metadata: frames with it are not for readers and writers. */
export const MockFrameMeta = defineFrameMeta({ name: 'MockFrameMeta', fields: { value: 'u32' } });

/** Untyped metadata. */
export const MockUFrameMeta = defineFrameMeta({
  name: 'MockUFrameMeta',
  fields: { value: 'u32' },
  untyped: true,
});

/** What `onDrop` of `ObservedMeta` saw, in order. */
export const drops: { paddr: number; value: number; firstByte: number }[] = [];

/** Metadata whose `onDrop` says what it sees, and throws for the value 13. */
export const ObservedMeta = defineFrameMeta({
  name: 'ObservedMeta',
  fields: { value: 'u32' },
  untyped: true,
  onDrop(reader, meta, frame) {
    drops.push({ paddr: frame.paddr, value: meta.value, firstByte: reader.readVal('u8') });
    if (meta.value === 13) throw new Error('unlucky metadata');
  },
});
