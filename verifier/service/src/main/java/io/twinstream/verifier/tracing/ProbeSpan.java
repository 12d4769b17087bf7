package io.twinstream.verifier.tracing;

import io.twinstream.schemas.record.Verdict;
import org.apache.kafka.common.header.Headers;

/** The span of a probe whose turn it is. Closed without a verdict or a reason against one, it is an error. For one thread. */
public sealed interface ProbeSpan extends AutoCloseable permits TracedSpan, NoSpan {
    /** Of a probe that is not traced: records nothing, leaves headers as they are. */
    ProbeSpan NONE = new NoSpan();

    /** The embedded probe was judged just now. */
    void matched(long tookNanos);

    /** Puts the span's context into the headers of what is made of the probe, in the place of the sender's. */
    void inject(Headers headers);

    void judged(Verdict verdict);

    /**
     * The probe goes to the dead letters.
     *
     * @param reason a word
     */
    void rejected(String reason);

    /** Ends it. */
    @Override
    void close();
}
