package io.twinstream.deploy.acceptance.security;

/** All the work of a service, once. */
interface Duty {
    /** Does it as the user; fails where a part of it doesn't come about. */
    void perform(Tenant tenant) throws Exception;
}
