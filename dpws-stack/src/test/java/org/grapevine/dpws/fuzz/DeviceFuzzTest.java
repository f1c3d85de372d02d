package org.grapevine.dpws.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.grapevine.dpws.fuzz.FuzzedHost.Footprint;
import org.junit.jupiter.api.Test;

/**
 * Hostile datagrams and HTTP requests against a whole device host on loopback sockets: it must go on answering, nothing inside may
 * fail, and its memory, threads and descriptors must stay what they are.
 */
class DeviceFuzzTest {

    private static final int CLIENTS = 4;
    private static final int ROUNDS = 10;
    private static final long HEAP_GROWTH_BYTES = 5 << 20;
    private static final int THREAD_GROWTH = 16;
    private static final int DESCRIPTOR_GROWTH = 8;

    @Test
    void theDevicesGoOnAnsweringAndNothingGrows() throws Exception {
        FuzzPlan plan = FuzzPlan.fromProperties();
        if (plan.skips("datagram") && plan.skips("request")) {
            return;
        }
        FuzzInputs inputs = new FuzzInputs(plan.seed());
        try (FuzzedHost target = new FuzzedHost()) {
            if (plan.only().isPresent()) {
                one(plan, inputs, target);
            } else {
                all(plan, inputs, target);
            }
        }
    }

    private static void one(FuzzPlan plan, FuzzInputs inputs, FuzzedHost target) throws Exception {
        if (plan.only("datagram").isPresent()) {
            int index = Math.toIntExact(plan.only("datagram").get());
            System.out.println(FuzzInputs.shown(inputs.datagram(index)));
            try (DatagramThrower datagrams = new DatagramThrower(target, inputs, index + 1)) {
                datagrams.send(index, index + 1);
                datagrams.finish();
                System.out.println("fuzz: " + datagrams.report());
            }
        } else {
            int index = Math.toIntExact(plan.only("request").orElseThrow());
            System.out.println(FuzzInputs.shown(inputs.request(index).bytes()));
            HttpThrower.Report report = new HttpThrower.Report();
            try (HttpThrower client = new HttpThrower(target, inputs)) {
                client.send(index);
                client.addTo(report);
            }
            System.out.println("fuzz: " + report);
        }
        target.requireAnswers();
    }

    private static void all(FuzzPlan plan, FuzzInputs inputs, FuzzedHost target) throws Exception {
        long started = System.nanoTime();
        double startedCpu = FuzzedHost.cpuSeconds();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1);
        List<HttpThrower> clients = new ArrayList<>();
        try (DatagramThrower datagrams = new DatagramThrower(target, inputs, plan.datagrams())) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new HttpThrower(target, inputs));
            }
            Footprint early = new Footprint(0, 0, 0);
            Footprint last = early;
            for (int round = 0; round < ROUNDS; round++) {
                round(plan, round, target, datagrams, clients, threads);
                for (HttpThrower client : clients) {
                    client.close();
                }
                if (round == 0) {
                    early = settled(target, Long.MAX_VALUE);
                } else if (round == ROUNDS - 1) {
                    last = settled(target, early.descriptors());
                } else {
                    target.requireAnswers();
                }
            }
            report(plan, target, datagrams, clients, started, startedCpu, early, last);
            assertThat(last.heapBytes()).as("heap at the end").isLessThan(early.heapBytes() + HEAP_GROWTH_BYTES);
            assertThat(last.threads()).as("threads at the end").isLessThanOrEqualTo(early.threads() + THREAD_GROWTH);
            assertThat(last.descriptors())
                    .as("descriptors at the end")
                    .isLessThanOrEqualTo(early.descriptors() + DESCRIPTOR_GROWTH);
        } finally {
            threads.shutdownNow();
            for (HttpThrower client : clients) {
                client.close();
            }
        }
    }

    /** Measures when the server has seen that the clients closed their connections. */
    private static Footprint settled(FuzzedHost target, long descriptors) throws Exception {
        if (descriptors < Long.MAX_VALUE) {
            FuzzedHost.await(() -> FuzzedHost.descriptors() <= descriptors + DESCRIPTOR_GROWTH);
        }
        return target.footprint();
    }

    /** A tenth of all inputs, datagrams and requests at once. */
    private static void round(
            FuzzPlan plan,
            int round,
            FuzzedHost target,
            DatagramThrower datagrams,
            List<HttpThrower> clients,
            ExecutorService threads)
            throws Exception {
        target.fireEvents();
        List<Future<?>> running = new ArrayList<>();
        int firstDatagram = part(plan.datagrams(), round);
        int endDatagram = part(plan.datagrams(), round + 1);
        running.add(threads.submit(() -> {
            datagrams.send(firstDatagram, endDatagram);
            if (round == 0 || round == ROUNDS - 1) {
                datagrams.finish();
            }
            return null;
        }));
        int firstRequest = part(plan.requests(), round);
        int endRequest = part(plan.requests(), round + 1);
        for (int i = 0; i < clients.size(); i++) {
            HttpThrower client = clients.get(i);
            int start = firstRequest + i;
            running.add(threads.submit(() -> {
                for (int index = start; index < endRequest; index += CLIENTS) {
                    client.send(index);
                }
                return null;
            }));
        }
        for (Future<?> part : running) {
            try {
                part.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Error error) {
                    throw error;
                }
                throw e;
            }
        }
    }

    private static int part(int all, int round) {
        return (int) ((long) all * round / ROUNDS);
    }

    private static void report(
            FuzzPlan plan,
            FuzzedHost target,
            DatagramThrower datagrams,
            List<HttpThrower> clients,
            long started,
            double startedCpu,
            Footprint early,
            Footprint last)
            throws Exception {
        double seconds = (System.nanoTime() - started) / 1e9;
        HttpThrower.Report http = new HttpThrower.Report();
        clients.forEach(client -> client.addTo(http));
        System.out.println(String.format(
                Locale.ROOT,
                "fuzz: seed %d, %.1f s (%.1f s of processor time), %.0f datagrams/s, %.0f HTTP inputs/s%n  %s%n  %s%n  %s%n  %s%n  %s%n"
                        + "  after 10 %%: %s%n  at the end: %s",
                plan.seed(),
                seconds,
                FuzzedHost.cpuSeconds() - startedCpu,
                plan.datagrams() / seconds,
                plan.requests() / seconds,
                datagrams.report(),
                http,
                target.host.udp().counters(),
                target.host.dropped(),
                target.host.discovery().dropped().get(),
                early,
                last));
        // Not only nonsense came through.
        assertThat(datagrams.answered()).isGreaterThan(plan.datagrams() / 100);
        for (int status : new int[] {200, 202, 400, 404, 405, 413, 415, 500}) {
            assertThat(http.answersOf(status))
                    .as("answers with status " + status)
                    .isPositive();
        }
    }
}
