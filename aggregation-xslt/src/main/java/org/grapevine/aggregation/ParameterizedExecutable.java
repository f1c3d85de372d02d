package org.grapevine.aggregation;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.sf.saxon.s9api.QName;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.SaxonApiUncheckedException;
import net.sf.saxon.s9api.XdmAtomicValue;
import net.sf.saxon.s9api.XdmValue;
import net.sf.saxon.s9api.Xslt30Transformer;
import net.sf.saxon.s9api.XsltExecutable;

/** A compiled stylesheet, each run of which begins with the same values of its parameters. Safe for several threads. */
final class ParameterizedExecutable extends XsltExecutable {

    private final Map<QName, XdmValue> values = new HashMap<>();

    private ParameterizedExecutable(XsltExecutable compiled, Map<String, String> parameters) {
        super(compiled.getProcessor(), compiled.getUnderlyingCompiledStylesheet(), compiled.getXsltVersion());
        parameters.forEach((name, value) -> values.put(new QName(name), new XdmAtomicValue(value)));
    }

    /** The same stylesheet with these parameters, which it is known to have. */
    static XsltExecutable of(XsltExecutable compiled, Map<String, String> parameters) {
        return parameters.isEmpty() ? compiled : new ParameterizedExecutable(compiled, parameters);
    }

    /** The names of a stylesheet's parameters without a namespace, sorted. */
    static Set<String> parameters(XsltExecutable compiled) {
        Set<String> names = new TreeSet<>();
        for (QName name : compiled.getGlobalParameters().keySet()) {
            if (name.getNamespace().isEmpty()) {
                names.add(name.getLocalName());
            }
        }
        return names;
    }

    @Override
    public Xslt30Transformer load30() {
        Xslt30Transformer transformer = super.load30();
        try {
            transformer.setStylesheetParameters(values);
        } catch (SaxonApiException e) {
            throw new SaxonApiUncheckedException(e);
        }
        return transformer;
    }
}
