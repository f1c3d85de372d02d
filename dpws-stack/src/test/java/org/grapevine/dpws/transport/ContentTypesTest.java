package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTypesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/soap+xml; charset=utf-8; action=\"urn:a\"",
                "application/soap+xml;action=urn:a",
                "application/soap+xml ; ACTION = \"urn:a\" ; charset=utf-8",
                "application/soap+xml; x=\"a;action=no\"; action=\"urn:a\"",
                "application/soap+xml; x=\"\\\";action=no\"; action=\"urn\\:a\""
            })
    void findsTheActionOfAMediaType(String contentType) {
        assertThat(ContentTypes.action(contentType, null)).contains("urn:a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "application/soap+xml",
                "application/soap+xml;",
                "a;action",
                "a;action=",
                "a;action=\"\"",
                "a;=x",
                "a; x=\"action=b",
                "a;\""
            })
    void findsNoneWhereThereIsNone(String contentType) {
        assertThat(ContentTypes.action(contentType, null)).isEmpty();
    }

    @Test
    void takesTheSoapActionHeaderWhenTheMediaTypeNamesNone() {
        assertThat(ContentTypes.action("text/xml", "\"urn:b\"")).contains("urn:b");
        assertThat(ContentTypes.action(null, "\"\"")).isEqualTo(Optional.empty());
        assertThat(ContentTypes.action("a/b; action=urn:a", "urn:b")).contains("urn:a");
    }
}
