package org.grapevine.aggregation.sandbox;

/**
 * What the small JVMs have done.
 *
 * @param runs requests that they answered, with a result or a refusal
 * @param refused runs of these that ended in a refusal
 * @param limits refusals of these that were for steps or time
 * @param started JVMs started
 * @param notStarted attempts to start one that failed
 * @param kills JVMs killed because they did not answer in time
 * @param deaths JVMs that ended by themselves during a request: out of memory, mostly
 * @param garbled JVMs ended because their answer was not in our form
 * @param recycled JVMs replaced after so many runs
 * @param suspended requests refused because their stylesheet had ended a JVM, or had run out of its limits, a while ago
 * @param busy requests refused because too many were waiting, or this one too long
 */
public record SandboxStats(
        long runs,
        long refused,
        long limits,
        long started,
        long notStarted,
        long kills,
        long deaths,
        long garbled,
        long recycled,
        long suspended,
        long busy) {}
