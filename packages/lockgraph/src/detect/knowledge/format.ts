/** The words and limits of files of knowledge, for their writer and their reader; docs/knowledge-format.md describes them. */

export const KNOWLEDGE_VERSION = 1;

/** Bytes of a line, at most. */
export const MOST_LINE = 2 ** 25;

/** Bytes of a file, unpacked, at most: all of it is in memory when it is read. */
export const MOST_FILE = 2 ** 28;
