package org.grapevine.dpws.hosting;

import org.apache.cxf.binding.soap.Soap12;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.logging.FaultListener;
import org.apache.cxf.message.FaultMode;
import org.apache.cxf.message.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for a service that failed, at DEBUG with its stack trace, and at DEBUG only for bad requests: those anybody can
 * send, and a line for each would fill the log at line rate. Takes the place of CXF's own warning with a stack trace.
 */
final class QuietFaultLog implements FaultListener {

    private static final Logger LOG = LoggerFactory.getLogger(QuietFaultLog.class);

    @Override
    public boolean faultOccurred(Exception exception, String description, Message message) {
        Throwable cause = exception instanceof Fault && exception.getCause() != null ? exception.getCause() : exception;
        if (isTheServices(exception, message)) {
            LOG.warn("{}failed: {}", description, cause.toString());
            LOG.debug("{}failed", description, cause);
        } else {
            LOG.debug("{}refused a message: {}", description, cause.toString());
        }
        return false;
    }

    private static boolean isTheServices(Exception exception, Message message) {
        if (message.get(FaultMode.class) == FaultMode.CHECKED_APPLICATION_FAULT) {
            return false;
        }
        return EnvelopeGuards.classified(exception, message.getExchange())
                .getFaultCode()
                .equals(Soap12.getInstance().getReceiver());
    }
}
