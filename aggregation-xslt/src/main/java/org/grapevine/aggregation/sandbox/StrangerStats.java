package org.grapevine.aggregation.sandbox;

/**
 * What became of strangers' stylesheets.
 *
 * @param kept functions that are kept now
 * @param signed texts that were admitted because of their signature
 * @param sandboxed texts that were admitted into a small JVM
 * @param evicted functions forgotten because others came
 * @param byRules texts refused because of the rules: nobody trusted has signed them
 * @param byHash texts refused because their hash was another one than was asked for
 * @param byContent texts refused for what is in them, or because no small JVM compiled them in time
 * @param full texts refused because all functions that are kept were in use
 */
public record StrangerStats(
        int kept, long signed, long sandboxed, long evicted, long byRules, long byHash, long byContent, long full) {}
