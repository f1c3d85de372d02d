package org.grapevine.aggregation;

/**
 * Something in a stylesheet that is refused.
 *
 * @param line where it stands, from 1; 0 if nobody can tell
 * @param construct what it is, in the words of XSLT and XPath
 * @param instead what to write in its place
 */
public record StylesheetFinding(int line, String construct, String instead) {

    /** {@code 12: xsl:import: not allowed (copy the templates into this stylesheet: it travels alone)}. */
    @Override
    public String toString() {
        return (line > 0 ? line + ": " : " ") + construct + ": not allowed (" + instead + ")";
    }
}
