package org.grapevine.cluster.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.Journal;
import org.grapevine.dpws.device.StateWriter;

/** What one agent writes in one run: its journal and what its host remembers; on a disk that faults fill up. */
final class AgentFiles {

    private final Path folder;
    private final String name;
    private final AtomicInteger full = new AtomicInteger(); // faults that fill it now

    AgentFiles(Path folder, AgentTask task) {
        this.folder = folder;
        this.name = "run-" + task.run() + "-agent-" + task.agent();
    }

    /** The journal of this life of the agent: an earlier one has left a file of its own. */
    Path journal() {
        return folder.resolve(name + "-" + ProcessHandle.current().pid() + ".journal");
    }

    /** What the devices' host remembers; an agent that starts again finds it. */
    Path state() {
        return folder.resolve(name + ".state");
    }

    StateWriter stateWriter() {
        return StateWriter.unlessFull(this::isFull);
    }

    private boolean isFull() {
        return full.get() > 0;
    }

    Journal openJournal() throws IOException {
        Files.createDirectories(folder);
        FileChannel file = FileChannel.open(
                journal(), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        return Journal.to(new WritableByteChannel() {
            @Override
            public int write(ByteBuffer octets) throws IOException {
                if (isFull()) {
                    throw new IOException(journal() + ": No space left on device");
                }
                return file.write(octets);
            }

            @Override
            public boolean isOpen() {
                return file.isOpen();
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        });
    }

    /** Lets a timeline fill the disk while this fault lasts. */
    void plan(AgentFault.FullDisk fault, Timeline timeline) {
        timeline.at(fault.atMicros(), full::incrementAndGet);
        timeline.at(fault.untilMicros(), full::decrementAndGet);
    }
}
