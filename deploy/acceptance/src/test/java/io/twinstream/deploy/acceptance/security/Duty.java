package io.twinstream.deploy.acceptance.security;

/** Does all the work of a service once. */
interface Duty {
    /** Does the work as the user, and fails where a part of it doesn't come about. */
    void perform(Tenant tenant) throws Exception;
}
