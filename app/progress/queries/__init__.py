"""Reads of a person's own days. Every statement names the person: nobody reads anybody else's."""
