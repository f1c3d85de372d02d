package org.grapevine.interop;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Peers that can do with the loopback interface as it is; the others need network namespaces, see README.md. */
class PeersOnLoopbackTest {

    private static Stream<DynamicTest> steps(Conversation conversation) {
        return conversation.steps().entrySet().stream()
                .map(step -> DynamicTest.dynamicTest(
                        step.getKey().title(), () -> step.getValue().run()))
                .onClose(conversation::close);
    }

    @TestFactory
    Stream<DynamicTest> sdcriAsClientOfADeviceOfOurs() throws Exception {
        return steps(new SdcriClient(Bench.loopback()));
    }

    @TestFactory
    Stream<DynamicTest> sdcriAsDeviceOfAClientOfOurs() throws Exception {
        return steps(new SdcriDevice(Bench.loopback()));
    }

    @TestFactory
    Stream<DynamicTest> cxfAsClientOfADeviceOfOurs() throws Exception {
        return steps(new CxfClient(Bench.loopback()));
    }

    @TestFactory
    Stream<DynamicTest> cxfAnnouncingToAClientOfOurs() throws Exception {
        return steps(new CxfAnnouncer(Bench.loopback()));
    }

    @TestFactory
    Stream<DynamicTest> cxfAsSubscriberOfADeviceOfOurs() throws Exception {
        return steps(new CxfEventing(Bench.loopback()));
    }
}
