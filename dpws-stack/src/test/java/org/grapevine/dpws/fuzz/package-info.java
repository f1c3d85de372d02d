/**
 * Hostile input in bulk: golden envelopes and HTTP requests, mutated by a seeded generator that knows their structure, thrown at the
 * codecs and at a whole device host. Every input follows from a seed and its index alone.
 */
@NullMarked
package org.grapevine.dpws.fuzz;

import org.jspecify.annotations.NullMarked;
