package org.grapevine.cli.demo;

/** Hears how far a phase of the demo is. Called by the demo's own thread. */
interface DemoProgress {

    void progress(String phase, long done, long of);
}
