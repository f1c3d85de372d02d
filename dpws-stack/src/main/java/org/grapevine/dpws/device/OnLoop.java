package org.grapevine.dpws.device;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.dpws.soap.SoapFault;

/** The wait of an HTTP worker for what an event loop answers. */
final class OnLoop {

    private static final long TIMEOUT_MILLIS = 5_000;

    private OnLoop() {}

    /**
     * Waits.
     *
     * @throws FaultException with EndpointUnavailable if the loop is full, closing, or too slow: all pass
     */
    static <T> T await(CompletableFuture<T> answer) throws FaultException {
        try {
            return answer.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FaultException(SoapFault.endpointUnavailable(0));
        } catch (TimeoutException e) {
            throw new FaultException(SoapFault.endpointUnavailable(TIMEOUT_MILLIS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RejectedExecutionException) {
                throw new FaultException(SoapFault.endpointUnavailable(TIMEOUT_MILLIS));
            }
            throw new IllegalStateException("discovery", e.getCause());
        }
    }
}
