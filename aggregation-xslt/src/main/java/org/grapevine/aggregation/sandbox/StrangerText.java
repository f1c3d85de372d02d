package org.grapevine.aggregation.sandbox;

import java.util.Optional;

/**
 * A stranger's stylesheet as it travels.
 *
 * @param text the stylesheet, a copy
 * @param signature Ed25519 signature (RFC 8032) over the text's octets, a copy; empty if nobody has signed it
 */
@SuppressWarnings("ArrayRecordComponent") // Copies, handed on and never compared.
public record StrangerText(byte[] text, Optional<byte[]> signature) {}
