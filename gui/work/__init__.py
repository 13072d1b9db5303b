"""Work that lasts: threads for what releases the interpreter, a child process for what does not."""
