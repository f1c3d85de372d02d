package org.grapevine.dpws.device;

import org.grapevine.dpws.soap.Envelope;

/**
 * An event that came from an event source.
 *
 * @param action which kind of event
 * @param envelope the whole message; its body was well-formed, and is not checked otherwise
 */
public record Notification(String action, Envelope envelope) {}
