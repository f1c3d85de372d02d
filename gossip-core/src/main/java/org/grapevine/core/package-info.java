/**
 * Protocol engines without I/O. An engine is a plain single-threaded object: it gets events, the time and a random source
 * and gives back actions. Sockets, threads, clocks, loggers and XML stay outside; see {@code docs/architecture.md}.
 */
@NullMarked
package org.grapevine.core;

import org.jspecify.annotations.NullMarked;
