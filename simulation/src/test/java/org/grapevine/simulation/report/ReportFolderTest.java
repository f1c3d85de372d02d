package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFolderTest {

    private static final ReportOptions OPTIONS = ReportOptions.of("name: street\n", "grapevine simulate street.yaml");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before anything runs.
    private Path temp;

    @Test
    void aRunIsWrittenUnderFixedNames() throws IOException {
        Path folder = temp.resolve("a").resolve("b");
        List<Path> written = ReportFolder.write(folder, SampleRuns.ordinary(), OPTIONS);
        assertThat(names(folder))
                .containsExactly(
                        "bytes.png",
                        "bytes.svg",
                        "hops.csv",
                        "hops.png",
                        "hops.svg",
                        "infection.csv",
                        "infection.png",
                        "infection.svg",
                        "latency.csv",
                        "latency.png",
                        "latency.svg",
                        "load.csv",
                        "load.png",
                        "load.svg",
                        "report.html",
                        "report.json",
                        "requests.csv",
                        "spreads.csv");
        assertThat(written.stream().sorted())
                .containsExactlyElementsOf(
                        names(folder).stream().map(folder::resolve).toList());
        assertThat(folder.resolve("hops.csv"))
                .hasContent("hops,deliveries\r\n0,12\r\n1,132\r\n2,1405\r\n3,5210\r\n4,4203\r\n5,911\r\n6,126\r\n");
    }

    @Test
    void aSweepIsWrittenUnderFixedNames() throws IOException {
        ReportFolder.write(temp, SampleRuns.sweep("0"), OPTIONS);
        assertThat(names(temp))
                .containsExactly(
                        "busiest.png",
                        "busiest.svg",
                        "coverage.png",
                        "coverage.svg",
                        "ids.png",
                        "ids.svg",
                        "infections.png",
                        "infections.svg",
                        "messages.png",
                        "messages.svg",
                        "payloads.png",
                        "payloads.svg",
                        "report.html",
                        "report.json",
                        "sweep.csv",
                        "time.png",
                        "time.svg");
    }

    @Test
    void equalRunsGiveEqualFolders() throws IOException {
        Path one = temp.resolve("one");
        Path other = temp.resolve("other");
        ReportFolder.write(one, SampleRuns.ordinary(7, 12, 1), OPTIONS);
        ReportFolder.write(other, SampleRuns.ordinary(7, 12, 2), OPTIONS);
        for (String name : names(one)) {
            assertThat(other.resolve(name)).hasSameBinaryContentAs(one.resolve(name));
        }
    }

    @Test
    void withoutPlotsThereAreNoPictures() throws IOException {
        ReportFolder.write(temp, SampleRuns.ordinary(), OPTIONS.withPlots(false));
        assertThat(names(temp)).noneMatch(name -> name.endsWith(".svg") || name.endsWith(".png"));
        assertThat(temp.resolve("report.html")).content().doesNotContain("<svg");
    }

    @Test
    void anEarlierReportIsOverwrittenAndOtherFilesStay() throws IOException {
        Files.writeString(temp.resolve("notes.txt"), "mine");
        ReportFolder.write(temp, SampleRuns.empty(), OPTIONS.withPlots(false));
        ReportFolder.write(temp, SampleRuns.ordinary(), OPTIONS.withPlots(false));
        assertThat(temp.resolve("notes.txt")).hasContent("mine");
        assertThat(temp.resolve("report.json")).content().contains("\"scenario\":\"street\"");
    }

    @Test
    void aFileOfSomebodyElseIsNotOverwritten() throws IOException {
        Path load = Files.writeString(temp.resolve("load.csv"), "mine");
        assertThatThrownBy(() -> ReportFolder.write(temp, SampleRuns.ordinary(), OPTIONS.withPlots(false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "out: " + load + " is there already (expected: no such file, or that of an earlier report)");
        assertThat(names(temp)).containsExactly("load.csv");
        assertThat(load).hasContent("mine");
    }

    @Test
    void aJsonFileOfSomebodyElseIsNotTakenForAReport() throws IOException {
        Path json = Files.writeString(temp.resolve("report.json"), "{\"report\":\"sales\"}");
        assertThatThrownBy(() -> ReportFolder.write(temp, SampleRuns.ordinary(), OPTIONS.withPlots(false)))
                .hasMessageStartingWith("out: " + json + " is there already");
        assertThat(json).hasContent("{\"report\":\"sales\"}");
    }

    @Test
    void aFileIsNotAFolder() throws IOException {
        Path file = Files.writeString(temp.resolve("out"), "mine");
        assertThatThrownBy(() -> ReportFolder.write(file, SampleRuns.ordinary(), OPTIONS.withPlots(false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("out: " + file + " (expected: a folder, or a path where there is nothing yet)");
        assertThat(file).hasContent("mine");
    }

    @Test
    void aLinkIsNotFollowedToTheFileOfSomebodyElse() throws IOException {
        Path folder = temp.resolve("report");
        ReportFolder.write(folder, SampleRuns.empty(), OPTIONS.withPlots(false));
        Path mine = Files.writeString(temp.resolve("mine.csv"), "mine");
        Files.delete(folder.resolve("load.csv"));
        Files.createSymbolicLink(folder.resolve("load.csv"), mine);
        assertThatThrownBy(() -> ReportFolder.write(folder, SampleRuns.ordinary(), OPTIONS.withPlots(false)))
                .hasMessageContaining("load.csv is there already");
        assertThat(mine).hasContent("mine");
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
