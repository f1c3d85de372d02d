package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private final Mailbox<String> mailbox = new Mailbox<>(2);

    @Test
    void whatOthersSendBeyondTheLimitIsDroppedAndCounted() throws InterruptedException {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.offer("c");
        assertThat(mailbox.dropped()).isEqualTo(1);
        assertThat(mailbox.take(System.nanoTime())).isEqualTo("a");
        assertThat(mailbox.take(System.nanoTime())).isEqualTo("b");
        assertThat(mailbox.take(System.nanoTime())).isNull();
    }

    @Test
    void whatThisProcessHasToTellIsNeverDropped() throws InterruptedException {
        mailbox.offer("a");
        mailbox.offer("b");
        mailbox.put("own");
        mailbox.take(System.nanoTime());
        mailbox.take(System.nanoTime());
        assertThat(mailbox.take(System.nanoTime())).isEqualTo("own");
        assertThat(mailbox.dropped()).isZero();
    }

    @Test
    void whoeverWaitsIsWoken() throws InterruptedException {
        CompletableFuture<Void> put = CompletableFuture.runAsync(() -> mailbox.put("late"));
        assertThat(mailbox.take(Clocks.in(Duration.ofSeconds(20)))).isEqualTo("late");
        put.join();
    }
}
