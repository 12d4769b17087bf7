package io.twinstream.verifier.tracing;

import io.twinstream.schemas.record.Verdict;
import org.apache.kafka.common.header.Headers;

/** In the place of a span that nobody wants. */
final class NoSpan implements ProbeSpan {
    @Override
    public void matched(long tookNanos) {}

    @Override
    public void inject(Headers headers) {}

    @Override
    public void judged(Verdict verdict) {}

    @Override
    public void rejected(String reason) {}

    @Override
    public void close() {}
}
