"""Reads about members, one module per question."""

from app.members.queries.finding import Filters as Filters
from app.members.queries.finding import Found as Found
from app.members.queries.finding import Listed as Listed
from app.members.queries.finding import find as find
from app.members.queries.finding import listed as listed
from app.members.queries.people import Household as Household
from app.members.queries.people import Member as Member
from app.members.queries.people import Place as Place
from app.members.queries.people import household_of as household_of
from app.members.queries.people import like_them as like_them
from app.members.queries.people import member as member
from app.members.queries.people import member_of as member_of
from app.members.queries.people import payer_of as payer_of
from app.members.queries.sold import Held as Held
from app.members.queries.sold import Type as Type
from app.members.queries.sold import gym_rules as gym_rules
from app.members.queries.sold import has_joined as has_joined
from app.members.queries.sold import held_by as held_by
from app.members.queries.sold import status_sql as status_sql
from app.members.queries.sold import type_of as type_of
from app.members.queries.sold import types as types
from app.members.queries.waivers import Signature as Signature
from app.members.queries.waivers import Waiver as Waiver
from app.members.queries.waivers import current_waiver as current_waiver
from app.members.queries.waivers import signature_of as signature_of
from app.members.queries.waivers import unsigned_waiver as unsigned_waiver
