package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.XsltExecutable;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The attacks of docs/references.md, 3.1, each against the wall that is meant to hold it: the source check, or the locked Saxon alone. */
class AttacksTest {

    private static final String SECRET = "the secret of this machine";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it before anything runs.
    static Path directory;

    /** Counts how often an attack made the JVM load it. */
    public static final class Collation implements java.util.Comparator<String> {

        private static final LongAdder INSTANCES = new LongAdder();

        public Collation() {
            INSTANCES.increment();
        }

        @Override
        public int compare(String a, String b) {
            return a.compareTo(b);
        }
    }

    private record Attack(String name, String topLevel, String body) {
        @Override
        public String toString() {
            return name;
        }

        byte[] text() {
            return Answers.stylesheet(topLevel, body);
        }
    }

    private static Attack body(String name, String body) {
        return new Attack(name, "", body);
    }

    private static Attack select(String name, String expression) {
        return body(name, "<out><xsl:value-of select=\"" + expression + "\"/></out>");
    }

    private static String secretUri() {
        try {
            Path secret = directory.resolve("secret.xml");
            Files.writeString(secret, "<s>" + SECRET + "</s>");
            Files.writeString(
                    directory.resolve("stolen.xsl"),
                    "<xsl:stylesheet version='3.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
                            + "<xsl:variable name='stolen' select=\"'" + SECRET + "'\"/></xsl:stylesheet>");
            return secret.toUri().toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Runs past the source check. */
    private static String run(byte[] stylesheet) throws AggregationException {
        LockedSaxon saxon = new LockedSaxon(new LongAdder());
        XsltExecutable executable = saxon.compile("attack", stylesheet);
        XdmNode input = new MergeDocument(new HardenedXml(10_000), AggregationLimits.defaults())
                .merge(saxon, Optional.of(Answers.payload("<r>1</r>")), List.of());
        return new String(saxon.run("attack", executable, input, null, 10_000), StandardCharsets.UTF_8);
    }

    static Stream<Attack> attacksOnTheLockedSaxon() {
        String file = secretUri();
        String http = "http://127.0.0.1:1/x";
        String fnTransform = "transform(map{'stylesheet-text': '&lt;xsl:stylesheet version=''3.0''"
                + " xmlns:xsl=''http://www.w3.org/1999/XSL/Transform''/>', 'source-node': .})";
        return Stream.of(
                select("doc of a file", "doc('" + file + "')"),
                select("doc of a URL", "doc('" + http + "')"),
                select("document", "document('" + file + "')"),
                select("doc by function reference", "let $f := doc#1 return $f('" + file + "')"),
                select(
                        "doc by function-lookup",
                        "function-lookup(QName('http://www.w3.org/2005/xpath-functions', 'd' || 'oc'), 1)('" + file
                                + "')"),
                body(
                        "source-document",
                        "<out><xsl:source-document href='" + file
                                + "'><xsl:copy-of select='.'/></xsl:source-document></out>"),
                body(
                        "merge",
                        "<out><xsl:merge><xsl:merge-source for-each-source=\"'" + file + "'\" select='s'>"
                                + "<xsl:merge-key select='.'/></xsl:merge-source><xsl:merge-action>"
                                + "<xsl:copy-of select='current-merge-group()'/></xsl:merge-action></xsl:merge></out>"),
                select("doc-available", "doc-available('" + file + "')"),
                select("unparsed-text-available", "unparsed-text-available('" + file + "')"),
                new Attack(
                        "use-when probing",
                        "<xsl:variable name='v' use-when=\"doc-available('" + file + "')\" select=\"'" + SECRET
                                + "'\"/>",
                        "<out><xsl:value-of select='$v'/></out>"),
                select("unparsed-text", "unparsed-text('" + file + "')"),
                select("unparsed-text of a URL", "unparsed-text('" + http + "')"),
                select("unparsed-text-lines", "unparsed-text-lines('" + file + "')"),
                select("json-doc", "json-doc('" + file + "')"),
                select("document of a URL", "document('" + http + "')"),
                select("json-doc of a URL", "json-doc('" + http + "')"),
                select("unparsed-text-lines of a URL", "unparsed-text-lines('" + http + "')"),
                select("collection", "collection('" + directory.toUri() + "?select=*.xml')"),
                select("default collection", "collection()"),
                select("uri-collection", "uri-collection('" + directory.toUri() + "')"),
                new Attack(
                        "include",
                        "<xsl:include href='" + directory.resolve("stolen.xsl").toUri() + "'/>",
                        "<out/>"),
                new Attack(
                        "import",
                        "<xsl:import href='" + directory.resolve("stolen.xsl").toUri() + "'/>",
                        "<out/>"),
                new Attack("import of a URL", "<xsl:import href='" + http + "'/>", "<out/>"),
                new Attack("include of a URL", "<xsl:include href='" + http + "'/>", "<out/>"),
                new Attack(
                        "static parameter",
                        "<xsl:param name='p' static='yes' select=\"doc('" + file + "')\"/>",
                        "<out><xsl:value-of select='$p'/></out>"),
                body(
                        "result-document",
                        "<xsl:result-document href='"
                                + directory.resolve("written.xml").toUri() + "'><w/></xsl:result-document>"),
                select("environment-variable", "environment-variable('PATH')"),
                select("available-environment-variables", "available-environment-variables()"),
                select(
                        "transform with a location",
                        "transform(map{'stylesheet-location': '"
                                + directory.resolve("stolen.xsl").toUri() + "', 'source-node': .})"),
                select("transform with inline text", fnTransform),
                select(
                        "parse-xml with an external entity",
                        "parse-xml('&lt;!DOCTYPE d [&lt;!ENTITY x SYSTEM &quot;" + file
                                + "&quot;>]>&lt;d>&amp;x;&lt;/d>')"),
                select(
                        "parse-xml with an external document type",
                        "parse-xml('&lt;!DOCTYPE d SYSTEM &quot;" + file + "&quot;>&lt;d/>')"),
                select(
                        "parse-xml with billion laughs",
                        "parse-xml('&lt;!DOCTYPE d [&lt;!ENTITY a &quot;aaaaaaaaaa&quot;>]>&lt;d>&amp;a;&lt;/d>')"),
                select(
                        "collation that is a class",
                        "compare('a', 'b', 'http://saxon.sf.net/collation?class=" + Collation.class.getName() + "')"),
                body(
                        "collation of a sort",
                        "<out><xsl:for-each select='*'><xsl:sort collation='http://saxon.sf.net/collation?class="
                                + Collation.class.getName() + "'/></xsl:for-each></out>"),
                select("call of a Java method", "Q{java:java.lang.System}getProperty('java.version')"),
                select("EXPath file module", "Q{http://expath.org/ns/file}read-text('" + file + "')"),
                select(
                        "EXPath file module's write",
                        "Q{http://expath.org/ns/file}write-text('" + directory.resolve("written.xml") + "', 'x')"),
                body("evaluate", "<out><xsl:evaluate xpath=\"'1 + 1'\"/></out>"),
                new Attack(
                        "output method by class",
                        "<xsl:output xmlns:j='urn:j' method='j:java.lang.Object'/>",
                        "<out/>"),
                new Attack("use-package", "<xsl:use-package name='urn:p'/>", "<out/>"),
                body("message that ends the run", "<xsl:message terminate='yes'>over</xsl:message>"),
                select("regular expression that backtracks", "matches('" + "a".repeat(40) + "b', '^(a+)+$')"));
    }

    @ParameterizedTest
    @MethodSource("attacksOnTheLockedSaxon")
    void areRefusedByTheLockedSaxonAlone(Attack attack) {
        long instances = Collation.INSTANCES.sum();
        assertThatThrownBy(() -> run(attack.text()))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("attack: ")
                // A slip in an attack would be refused as well, and prove nothing.
                .hasMessageMatching(
                        ".*(disabled|expected: none|not available|Cannot find package|limit exceeded|: over$).*")
                .hasMessageNotContaining(SECRET);
        assertThat(directory.resolve("written.xml")).doesNotExist();
        assertThat(Collation.INSTANCES.sum()).isEqualTo(instances);
    }

    static Stream<Attack> attacksThatReadTheSecret() {
        Set<String> reading = Set.of(
                "doc of a file",
                "document",
                "doc by function reference",
                "doc by function-lookup",
                "source-document",
                "merge",
                "use-when probing",
                "unparsed-text",
                "unparsed-text-lines",
                "collection",
                "static parameter");
        return attacksOnTheLockedSaxon().filter(attack -> reading.contains(attack.name()));
    }

    /** The control: what is refused above does harm where nothing is locked. */
    @ParameterizedTest
    @MethodSource("attacksThatReadTheSecret")
    void doHarmToAnUnlockedSaxon(Attack attack) throws SaxonApiException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Processor unlocked = new Processor(false);
        unlocked.newXsltCompiler()
                .compile(new StreamSource(new ByteArrayInputStream(attack.text())))
                .load30()
                .applyTemplates(
                        new StreamSource(
                                new StringReader(
                                        "<a:Merge xmlns:a='urn:org.grapevine:aggregation:1'><a:Own><r>1</r></a:Own></a:Merge>")),
                        unlocked.newSerializer(out));
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(SECRET);
    }

    @Nested
    class SeeNothingIfTheyRun {

        @Test
        void ofSystemProperties() throws AggregationException {
            byte[] stylesheet = select(
                            "system-property", "system-property('java.version'), system-property('user.dir')")
                    .text();
            assertThat(run(stylesheet).strip()).isIn("<out/>", "<out> </out>");
        }

        @Test
        void ofWhereTheStylesheetCameFrom() throws AggregationException {
            assertThat(run(select("static-base-uri", "static-base-uri()").text()))
                    .isEqualTo("<out/>");
        }

        @Test
        void ofTheErrorStream() throws AggregationException {
            PrintStream before = System.err;
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            LongAdder dropped = new LongAdder();
            try {
                System.setErr(new PrintStream(seen, true, StandardCharsets.UTF_8));
                LockedSaxon saxon = new LockedSaxon(dropped);
                XsltExecutable executable = saxon.compile(
                        "flood",
                        body(
                                        "flood",
                                        "<xsl:for-each select='1 to 1000'><xsl:message>x</xsl:message></xsl:for-each><out/>")
                                .text());
                XdmNode input = new MergeDocument(new HardenedXml(1000), AggregationLimits.defaults())
                        .merge(saxon, Optional.of(Answers.payload("<r/>")), List.of());
                assertThat(saxon.run("flood", executable, input, null, 1000))
                        .asString()
                        .isEqualTo("<out/>");
            } finally {
                System.setErr(before);
            }
            assertThat(seen.size()).isZero();
            assertThat(dropped.sum()).isEqualTo(1000);
        }
    }

    @Nested
    class AreRefusedByTheSourceCheck {

        private void refused(byte[] stylesheet, String message) {
            assertThatThrownBy(() -> FunctionLibrary.standard().allow(stylesheet, "f.xsl"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageStartingWith("f.xsl:")
                    .hasMessageContaining(message);
        }

        @Test
        void withLineConstructAndWhatToDoInstead() {
            refused(
                    Answers.stylesheet("<xsl:import href='other.xsl'/>", ""),
                    "f.xsl:2: xsl:import: not allowed (copy the templates into this stylesheet: it travels alone)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<xsl:include href='x'/>",
                    "<xsl:use-package name='x'/>",
                    "<xsl:import-schema/>",
                    "<xsl:character-map name='x'/>",
                    "<xsl:output method='html'/>",
                    "<xsl:global-context-item/>",
                    "<xsl:param name='p' static='yes' select='1'/>",
                    "<xsl:param name='p' static='true' select='1'/>",
                    "<xsl:variable name='p' static='1' select='1'/>",
                    "<xsl:variable name='p' _static='{1}' select='1'/>",
                    "<xsl:variable name='p' use-when='true()' select='1'/>",
                    "<xsl:variable name='p' _use-when='{true()}' select='1'/>",
                    "<xsl:variable name='p' _select='{1}'/>",
                    "<xsl:key name='k' match='*' use='.' collation='urn:c'/>",
                    "<xsl:variable name='p' xml:base='file:///'/>",
                    "<xsl:variable xmlns:j='java:java.lang.System' name='p'/>",
                    "<xsl:variable xmlns:saxon='http://saxon.sf.net/' name='p'/>"
                })
        void onTheTopLevel(String construct) {
            refused(Answers.stylesheet(construct, ""), "f.xsl:2: ");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<xsl:evaluate xpath='1'/>",
                    "<xsl:result-document href='x'/>",
                    "<xsl:source-document href='x'/>",
                    "<xsl:merge/>",
                    "<out xsl:use-when='true()'/>",
                    "<out xsl:extension-element-prefixes='x' xmlns:x='urn:x'/>",
                    "<out xsl:default-collation='urn:c'/>",
                    "<x:do xmlns:x='http://saxon.sf.net/'/>"
                })
        void inTemplates(String construct) {
            refused(Answers.stylesheet("", construct), "f.xsl:4: ");
        }

        @Test
        void ifItIsNoStylesheetOfItsOwn() {
            refused(
                    "<out xsl:version='3.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"
                            .getBytes(StandardCharsets.UTF_8),
                    "root element out: not allowed (make it xsl:stylesheet)");
        }

        @Test
        void ifItIsTooLarge() {
            refused(Answers.stylesheet("<!--" + "x".repeat(33_000) + "-->", ""), "(expected: at most 32768;");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<!DOCTYPE x>",
                    "<!DOCTYPE x SYSTEM 'file:///etc/hostname'>",
                    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>",
                    "<?xml-stylesheet href='x'?>"
                })
        void ifItBringsADocumentTypeOrAnInstruction(String prolog) {
            byte[] text = (prolog + new String(Answers.stylesheet("", ""), StandardCharsets.UTF_8))
                    .getBytes(StandardCharsets.UTF_8);
            refused(text, "present (expected: none)");
            // The compiler reads through the same reader.
            assertThatThrownBy(() -> run(text)).isInstanceOf(AggregationException.class);
        }
    }

    @Test
    void deepNestingIsAnErrorAndNotTheEndOfTheThread() {
        String brackets = "{" + "(".repeat(15_000) + "1" + ")".repeat(15_000) + "}";
        byte[] deep = Answers.stylesheet("", "<out xsl:expand-text='yes'>" + brackets + "</out>");
        assertThatThrownBy(() -> FunctionLibrary.standard().allow(deep, "deep.xsl"))
                .isInstanceOf(AggregationException.class)
                .hasMessage("deep.xsl: nested too deeply for the compiler (expected: flatter expressions)")
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void endlessRecursionIsAnErrorAndNotTheEndOfTheThread() throws AggregationException {
        byte[] endless = Answers.stylesheet(
                "<xsl:template match='r'><x><xsl:apply-templates select='.'/></x></xsl:template>",
                "<xsl:apply-templates select='*/*'/>");
        XsltAggregation function = FunctionLibrary.standard().allow(endless, "endless.xsl");
        assertThatThrownBy(() -> Answers.merge(function, "<r/>"))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("endless.xsl: ");
    }

    /** At about a million names a configuration refuses every later document, and until then it only grows. */
    @Test
    void aMillionNamesCostNothingButNewConfigurations() throws AggregationException {
        StrangerStylesheets strangers =
                new StrangerStylesheets(AggregationLimits.defaults(), new RunLimits(2_000_000, 60_000));
        AggregationFunction count =
                strangers.function("count", Answers.stylesheet("", "<r><xsl:value-of select='count(//*)'/></r>"));
        int names = 0;
        for (int document = 0; document < 1_100; document++) {
            StringBuilder answer = new StringBuilder("<r>");
            for (int i = 0; i < MergeDocument.MAX_NAMES - 1; i++) {
                answer.append("<n").append(names++).append("/>");
            }
            assertThat(Answers.merge(count, answer.append("</r>").toString())).isEqualTo("<r>1002</r>");
        }
        assertThat(names).isGreaterThan(1_000_000);
        assertThat(strangers.stats().renewals()).isBetween(90L, 130L);
        assertThat(Answers.merge(count, "<r/>", "<r/>")).isEqualTo("<r>5</r>");
    }

    @Test
    void aStylesheetWithAnExternalEntityIsRefusedByTheLockedSaxonAlone() {
        byte[] text = ("<!DOCTYPE x [<!ENTITY e SYSTEM '" + secretUri() + "'>]>"
                        + new String(body("entity", "<out>&e;</out>").text(), StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> run(text))
                .isInstanceOf(AggregationException.class)
                .hasMessageContaining("document type: present (expected: none)");
    }

    /** What {@link #areRefusedByTheLockedSaxonAlone} shows for one wall, for the whole of what stands before a stranger's text. */
    @ParameterizedTest
    @MethodSource("attacksOnTheLockedSaxon")
    void areRefusedToStrangersBeforeTheyRun(Attack attack) throws AggregationException {
        StrangerStylesheets strangers = new StrangerStylesheets(AggregationLimits.defaults(), RunLimits.defaults());
        long instances = Collation.INSTANCES.sum();
        assertThatThrownBy(() -> Answers.merge(strangers.function("attack", attack.text()), "<r>1</r>"))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("attack:")
                .hasMessageNotContaining(SECRET);
        assertThat(directory.resolve("written.xml")).doesNotExist();
        assertThat(Collation.INSTANCES.sum()).isEqualTo(instances);
        AggregationFunction good = strangers.function("good", Answers.stylesheet("", "<out n='{count(*)}'/>"));
        assertThat(Answers.merge(good, "<r/>", "<r/>")).isEqualTo("<out n=\"2\"/>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<xsl:variable name='v' static='yes' select='count((1 to 2000000000)[. lt 0])'/>",
                "<xsl:variable name='v' use-when='(1 to 2000000000) = -1' select='1'/>",
                "<xsl:variable name='v' _select='{(1 to 2000000000) = -1}'/>"
            })
    void compileTimeLoopsNeverReachTheCompiler(String declaration) {
        assertThatThrownBy(() -> new StrangerStylesheets(AggregationLimits.defaults(), RunLimits.defaults())
                        .function("loop", Answers.stylesheet(declaration, "<out/>")))
                .isInstanceOf(AggregationException.class)
                .hasMessageStartingWith("loop:2: ");
    }

    @Test
    void thirtyTwoKilobytesOfNestingAreAnErrorToStrangersToo() {
        StrangerStylesheets strangers = new StrangerStylesheets(AggregationLimits.defaults(), RunLimits.defaults());
        byte[] brackets = Answers.stylesheet(
                "", "<out xsl:expand-text='yes'>{" + "(".repeat(15_900) + "1" + ")".repeat(15_900) + "}</out>");
        assertThatThrownBy(() -> strangers.function("deep", brackets))
                .hasMessage("deep: nested too deeply for the compiler (expected: flatter expressions)");
        byte[] elements = Answers.stylesheet("", "<x>".repeat(4_500) + "</x>".repeat(4_500));
        assertThat(elements.length).isLessThan(32 << 10);
        assertThatThrownBy(() -> strangers.function("deep", elements))
                .isInstanceOf(AggregationException.class)
                .hasMessageContaining("well-formed XML inside the limits");
    }

    @Test
    void theDefaultTransformerOfTheJvmIsLeftAlone() {
        FunctionLibrary.standard();
        assertThat(System.getProperty("javax.xml.transform.TransformerFactory")).isNull();
        assertThat(System.getProperty("javax.xml.stream.XMLInputFactory")).isNull();
    }
}
