package org.grapevine.dpws.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.dpws.fuzz.Markup.Element;
import org.junit.jupiter.api.Test;

class MarkupTest {

    @Test
    void isWrittenAsItWasRead() {
        String xml = "<a x=\"1\"><b/>text<c:d y=\"&lt;\"><e>z</e></c:d>end</a>";
        StringBuilder written = new StringBuilder();
        Markup.parse(xml).copy().write(written, '"');
        assertThat(written).hasToString(xml);
        assertThat(Markup.parse(xml).all()).extracting(element -> element.name).containsExactly("a", "b", "c:d", "e");
    }

    @Test
    void mayBeNestedDeeperThanAnyStack() {
        Element root = new Element("a");
        Element inner = root;
        for (int i = 1; i < 200_000; i++) {
            Element next = new Element("a");
            inner.children.add(next);
            inner = next;
        }
        StringBuilder written = new StringBuilder();
        root.copy().write(written, '"');
        assertThat(written).hasSize(7 * 200_000 - 3);
        assertThat(root.size()).isEqualTo(7L * 200_000);
        assertThat(root.all()).hasSize(200_000);
    }
}
