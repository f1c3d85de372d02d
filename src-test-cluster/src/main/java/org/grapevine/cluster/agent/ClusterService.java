package org.grapevine.cluster.agent;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;

/** What each device of a cluster hosts: something to push to it, and something to ask it. */
@WebService(name = ClusterService.NAME, targetNamespace = ClusterService.NAMESPACE)
public interface ClusterService {

    String NAMESPACE = "urn:grapevine:cluster";
    String NAME = "Cluster";
    String PUSH = "push";
    String ASK = "ask";

    /**
     * Takes a message.
     *
     * @param run number of the run that it belongs to
     * @param message its number in the work plan
     * @param padding makes it as large as the workload says
     */
    @Oneway
    @WebMethod
    void push(
            @WebParam(name = "run") long run,
            @WebParam(name = "message") int message,
            @WebParam(name = "padding") String padding);

    /**
     * Answers with the device's number and value.
     *
     * @param answer how long the answer is to be at the least, characters
     * @return see {@link CountedText}
     */
    @WebMethod
    @WebResult(name = CountedText.ELEMENT)
    String ask(
            @WebParam(name = "run") long run,
            @WebParam(name = "message") int message,
            @WebParam(name = "answer") int answer,
            @WebParam(name = "padding") String padding);
}
