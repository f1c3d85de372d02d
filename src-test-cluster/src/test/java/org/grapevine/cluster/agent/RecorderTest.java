package org.grapevine.cluster.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.channels.Channels;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.Journal;
import org.junit.jupiter.api.Test;

class RecorderTest {

    private final Journal journal = Journal.to(Channels.newChannel(new ByteArrayOutputStream()));

    @Test
    void givesWhatHappenedInTheOrderOfTime() {
        Recorder recorder = new Recorder(journal);
        recorder.add(new Entry.Started(5, 1));
        recorder.add(new Entry.Started(2, 0));

        assertThat(recorder.end()).containsExactly(new Entry.Started(2, 0), new Entry.Started(5, 1));
    }

    @Test
    void countsWhatFindsNoRoom() {
        Recorder recorder = new Recorder(journal, 2);
        for (int i = 0; i < 5; i++) {
            recorder.add(new Entry.Started(i, i));
        }

        assertThat(recorder.end()).hasSize(2);
        assertThat(recorder.dropped()).isEqualTo(3);
    }

    @Test
    void takesNothingAfterTheEnd() {
        Recorder recorder = new Recorder(journal);
        assertThat(recorder.end()).isEmpty();

        recorder.add(new Entry.Started(1, 1));

        assertThat(recorder.end()).isEmpty();
        assertThat(recorder.dropped()).isZero();
    }
}
