package org.grapevine.dpws.soap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.HeaderCheck.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HeaderCheckTest {

    private static final String ADDRESSED = "<w:Action>urn:a</w:Action><w:MessageID>urn:m</w:MessageID>";
    private static final String STRANGE_REPLY_TO = "<w:ReplyTo><w:Address>http://x.test/</w:Address></w:ReplyTo>";
    private static final QName KNOWN = new QName("urn:x", "Known");

    private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.http());
    private final HeaderCheck check = new HeaderCheck(Set.of(KNOWN));

    private Optional<SoapFault> check(String header, Exchange exchange) throws Exception {
        return check.check(reader.index(EnvelopeReaderTest.envelope(header, "")), exchange);
    }

    @ParameterizedTest
    @EnumSource
    void letsAProperHeaderPass(Exchange exchange) throws Exception {
        String known = "<x:Known s:mustUnderstand='1'/><x:Unknown/>";
        assertThat(check(ADDRESSED.replace("<w:Action>", "<w:Action s:mustUnderstand='true'>") + known, exchange))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void asksForAnAction(Exchange exchange) throws Exception {
        for (String action : List.of("", "<w:Action> </w:Action>")) {
            assertThat(check(action + "<w:MessageID>urn:m</w:MessageID>", exchange))
                    .contains(SoapFault.messageAddressingHeaderRequired(Wsa.ACTION));
        }
    }

    @Test
    void asksForAMessageIdWhereAnAnswerOrARepetitionMayCome() throws Exception {
        String action = "<w:Action>urn:a</w:Action>";
        Optional<SoapFault> required = Optional.of(SoapFault.messageAddressingHeaderRequired(Wsa.MESSAGE_ID));
        assertThat(check(action, Exchange.HTTP_REQUEST)).isEqualTo(required);
        assertThat(check(action, Exchange.UDP)).isEqualTo(required);
        assertThat(check(action, Exchange.HTTP_ONE_WAY)).isEmpty();
    }

    /** R0031. */
    @Test
    void allowsOnlyTheBackChannelOfARequest() throws Exception {
        assertThat(check(ADDRESSED + STRANGE_REPLY_TO, Exchange.HTTP_REQUEST))
                .contains(SoapFault.onlyAnonymousAddressSupported(Wsa.REPLY_TO));
        assertThat(check(ADDRESSED + STRANGE_REPLY_TO, Exchange.HTTP_ONE_WAY)).isEmpty();
        assertThat(check(ADDRESSED + STRANGE_REPLY_TO, Exchange.UDP)).isEmpty();
        String anonymous = STRANGE_REPLY_TO.replace("http://x.test/", Namespaces.WSA + "/anonymous");
        assertThat(check(ADDRESSED + anonymous, Exchange.HTTP_REQUEST)).isEmpty();
    }

    /** R2024: what cannot be understood comes before what is badly addressed. */
    @Test
    void namesUnknownMandatoryBlocksFirstAndAllOfThem() throws Exception {
        String unknown = "<x:B s:mustUnderstand='1'/><x:A s:mustUnderstand='1'/><x:B s:mustUnderstand='1'/>";
        assertThat(check(unknown + STRANGE_REPLY_TO, Exchange.HTTP_REQUEST))
                .contains(SoapFault.mustUnderstand(List.of(new QName("urn:x", "B"), new QName("urn:x", "A"))));
    }
}
